import { writeFile } from 'node:fs/promises';
import { createTestApp } from './test-app.ts';

/** `npm run openapi`: the contract at the top level, as the routes have it. */
const { app } = await createTestApp();
await app.ready();
await writeFile(new URL('../../../openapi.yaml', import.meta.url), app.swagger({ yaml: true }));
