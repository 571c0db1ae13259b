import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SWAGGER_UI } from './swagger-ui.ts';
import { withPreloads } from './with-preloads.ts';

/**
 * Completes what tsc wrote to dist/page: the document, its styles and icon, the typeface, the sample pictures. Beside it, in
 * dist/docs, are the files of the Swagger UI; `npm run build:reference` adds the script that starts it.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = path.join(ROOT, 'src', 'page');
const TARGET = path.join(ROOT, 'dist', 'page');
const FONTS = ['geist', 'geist-mono'];

const scripts = readdirSync(TARGET, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.js'))
  .filter(file => isOfNow(file));
const html = readFileSync(path.join(SOURCE, 'index.html'), 'utf8');
writeFileSync(path.join(TARGET, 'index.html'), withPreloads(html, scripts.map(toUrlPath)));

cpSync(path.join(SOURCE, 'style'), path.join(TARGET, 'style'), { recursive: true });
cpSync(path.join(SOURCE, 'icon.svg'), path.join(TARGET, 'icon.svg'));

mkdirSync(path.join(TARGET, 'fonts'), { recursive: true });
for (const font of FONTS) {
  const folder = path.join(ROOT, 'node_modules', '@fontsource-variable', font);
  cpSync(path.join(folder, 'files', `${font}-latin-wght-normal.woff2`), path.join(TARGET, 'fonts', `${font}.woff2`));
  cpSync(path.join(folder, 'LICENSE'), path.join(TARGET, 'fonts', `${font}.txt`));
}

const samples = path.join(ROOT, 'samples');
for (const file of readdirSync(samples).filter(name => name.endsWith('.jpg'))) {
  cpSync(path.join(samples, file), path.join(TARGET, 'samples', file));
}

const docs = path.join(ROOT, 'dist', 'docs');
rmSync(docs, { recursive: true, force: true });
mkdirSync(docs, { recursive: true });
for (const [name, as = name] of SWAGGER_UI)
  cpSync(path.join(ROOT, 'node_modules', 'swagger-ui-dist', name), path.join(docs, as));
cpSync(path.join(SOURCE, 'icon.svg'), path.join(docs, 'icon.svg'));
cpSync(path.join(ROOT, 'src', 'reference', 'gate.css'), path.join(docs, 'gate.css'));

/** tsc leaves the output of a source that is gone; it would be served for ever. */
function isOfNow(script: string): boolean {
  const source = path.join(SOURCE, script.replace(/\.js$/, '.ts'));
  if (existsSync(source)) return true;
  rmSync(path.join(TARGET, script));
  return false;
}

function toUrlPath(file: string): string {
  return file.split(path.sep).join('/');
}
