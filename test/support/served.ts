import { test } from 'node:test';
import type { PageFiles } from '../../src/http/page-files.ts';
import { openRaw, type RawClient } from './raw-http.ts';
import { createTestApp, type TestService } from './test-app.ts';

/** A test that runs `use` against a listening service, which is closed whatever happens. */
export function served(
  name: string,
  env: Record<string, string>,
  use: (open: (localAddress?: string) => Promise<RawClient>, service: TestService) => Promise<void>,
  { page, skip = false }: { page?: PageFiles; skip?: string | false } = {},
): void {
  test(name, { skip }, async () => {
    const service = await createTestApp({ env, ...(page && { page }) });
    await service.app.listen({ port: 0 });
    const { port } = service.app.server.address() as { port: number };
    try {
      await use(localAddress => openRaw(port, localAddress), service);
    } finally {
      service.app.server.closeAllConnections();
      await service.app.close();
    }
  });
}
