import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import semver from 'semver';

interface Locked {
  version: string;
  dev?: boolean;
  engines?: { node?: string } | string[];
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const { engines, overrides } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  engines: { node: string };
  overrides: Record<string, unknown>;
};
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };

test('every dependency runs with the oldest Node.js that this package promises', () => {
  const oldest = semver.minVersion(engines.node)!;
  const newer = Object.entries(packages)
    .map(([name, { version, engines: wanted }]) => ({
      name,
      version,
      node: (Array.isArray(wanted) ? '' : wanted?.node) ?? '',
    }))
    .filter(({ node }) => !semver.satisfies(oldest, node));
  assert.ok(Object.keys(packages).length > 100, 'the lock file was not read');
  assert.deepEqual(newer, []);
});

test('what holds a package back does so where this one is installed, too: npm knows overrides only of the project itself', () => {
  const used = Object.keys(overrides).filter(name => packages[`node_modules/${name}`]?.dev !== true);
  assert.deepEqual(used, []);
});

test('every optional platform package is locked, or npm ci refuses the lock file elsewhere', () => {
  const names = Object.keys(packages);
  const missing = Object.entries(packages).flatMap(([name, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(wanted => !names.some(locked => locked.endsWith(`node_modules/${wanted}`)))
      .map(wanted => `${name} wants ${wanted}`),
  );
  assert.deepEqual(missing, []);
});

test('the lock file names no host, so that everyone’s own registry serves it', () => {
  const located = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);
  assert.deepEqual(located, []);
});
