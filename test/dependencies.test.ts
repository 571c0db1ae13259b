import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Locked {
  version: string;
  dev?: boolean;
  engines?: { node?: string } | string[];
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };

test('no dependency asks for a newer Node.js than this package does', () => {
  const newer = Object.entries(packages)
    .map(([name, { version, engines }]) => ({
      name,
      version,
      node: (Array.isArray(engines) ? '' : engines?.node) ?? '',
    }))
    .filter(({ node }) => /^>=?\s*(2[1-9]|[3-9]\d)/.test(node.trim()));
  assert.ok(Object.keys(packages).length > 100, 'the lock file was not read');
  assert.deepEqual(newer, []);
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
