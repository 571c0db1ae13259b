import { writeFile } from 'node:fs/promises';
import { clientContract } from './client-contract.ts';
import { createTestApp } from './test-app.ts';

/** `npm run openapi`: the contract at the top level as the routes have it, and the types of it for the client. */
const { app } = await createTestApp();
await app.ready();
const yaml = app.swagger({ yaml: true });
await writeFile(new URL('../../../openapi.yaml', import.meta.url), yaml);
await writeFile(new URL('../../../src/client/openapi.gen.ts', import.meta.url), await clientContract(yaml));
