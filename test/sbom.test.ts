import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** `npm run sbom` writes CycloneDX of what runs in production: held against package.json and the lock file. */

interface Bom {
  bomFormat: string;
  specVersion: string;
  components: { name: string; version: string; purl: string; 'bom-ref': string }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
  metadata: { component: { purl: string; 'bom-ref': string } };
}

test('the SBOM lists every production dependency with its version, and no other', () => {
  const bom = JSON.parse(execFileSync('npm', ['run', '-s', 'sbom'], { encoding: 'utf8', maxBuffer: 1 << 26 })) as Bom;
  assert.equal(bom.bomFormat, 'CycloneDX');
  assert.match(bom.specVersion, /^1\.[4-9]$/);
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  assert.match(bom.metadata.component.purl, new RegExp(`^pkg:npm/${manifest.name}@${manifest.version}$`));
  const components = bom.components.map(({ name, version }) => `${name}@${version}`);
  for (const name of Object.keys(manifest.dependencies)) {
    assert.ok(
      components.some(one => one.startsWith(`${name}@`)),
      `${name} is missing`,
    );
  }

  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string; dev?: boolean }>;
  };
  // Optional ones are binaries: of other systems' there are none here.
  const runs = (at: string, dev = false) => !dev || at === 'node_modules/swagger-ui-dist'; // the build copies its files
  const production = Object.entries(packages).filter(([at, { dev }]) => at !== '' && runs(at, dev) && existsSync(at));
  const locked = production.map(([at, { version }]) => `${at.slice(at.lastIndexOf('node_modules/') + 13)}@${version}`);
  assert.deepEqual(new Set(components), new Set(locked));

  const refs = new Set([...bom.components.map(one => one['bom-ref']), bom.metadata.component['bom-ref']]);
  for (const { name, version, purl } of bom.components) {
    assert.equal(decodeURIComponent(purl), `pkg:npm/${name}@${version}`);
  }
  for (const { ref, dependsOn = [] } of bom.dependencies) {
    for (const one of [ref, ...dependsOn]) assert.ok(refs.has(one), `${one} is referred to and not listed`);
  }
});
