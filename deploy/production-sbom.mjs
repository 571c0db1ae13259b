import { execFileSync } from 'node:child_process';

/**
 * `npm run sbom`: CycloneDX of what runs in production. `npm sbom --omit dev` leaves out what development needs as well (npm 11.19:
 * semver, yaml and twelve more), so npm lists everything, and what it marks as for development alone is taken out here.
 */
const DEVELOPMENT = 'cdx:npm:package:development';
/** For development, but the build copies their files. */
const COPIED = ['swagger-ui-dist'];

const options = { encoding: 'utf8', maxBuffer: 1 << 26 };
const bom = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], options));
bom.components = bom.components.filter(
  ({ name, properties }) => COPIED.includes(name) || !properties.some(property => property.name === DEVELOPMENT),
);
const kept = new Set([bom.metadata.component, ...bom.components].map(one => one['bom-ref']));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(one => kept.has(one)) }));
console.log(JSON.stringify(bom, null, 2));
