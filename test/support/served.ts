import { test } from 'node:test';
import type { PageFiles } from '../../src/http/page-files.ts';
import { openRaw } from './raw-http.ts';
import { createTestApp, type TestService } from './test-app.ts';

/** A test that runs `use` against a listening service, which is closed whatever happens. */
export function served(
  name: string,
  env: Record<string, string>,
  use: (open: () => ReturnType<typeof openRaw>, service: TestService) => Promise<void>,
  page?: PageFiles,
): void {
  test(name, async () => {
    const service = await createTestApp({ env, ...(page && { page }) });
    await service.app.listen({ port: 0 });
    const { port } = service.app.server.address() as { port: number };
    try {
      await use(() => openRaw(port), service);
    } finally {
      service.app.server.closeAllConnections();
      await service.app.close();
    }
  });
}
