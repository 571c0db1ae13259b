/** Why the service gave no answer; `message` is its own sentence (the `detail` of problem+json) where it sent one. */
export class ServiceProblem extends Error {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly requestId: string | undefined;
  /** Seconds after which another try makes sense. */
  readonly retryAfterS: number | undefined;

  constructor(
    detail: string,
    { code, title, status = 0, requestId, retryAfterS }: Partial<ServiceProblem> & { code: string; title: string },
  ) {
    super(detail);
    this.code = code;
    this.title = title;
    this.status = status;
    this.requestId = requestId;
    this.retryAfterS = retryAfterS;
  }
}

/** Reads problem+json; whatever stands between here and the service may answer with something else. */
export function readProblem(status: number, body: string, retryAfter: string | null): ServiceProblem {
  const seconds = Number(retryAfter ?? Number.NaN);
  const retryAfterS = Number.isFinite(seconds) ? seconds : undefined;
  try {
    const { title, detail, code, request_id } = JSON.parse(body) as Record<string, unknown>;
    if (typeof detail === 'string' && typeof code === 'string') {
      return new ServiceProblem(detail, {
        ...{ code, title: typeof title === 'string' ? title : code, status, retryAfterS },
        requestId: typeof request_id === 'string' ? request_id : undefined,
      });
    }
  } catch {
    // Not JSON: a proxy's own page.
  }
  const title = 'Unexpected answer';
  return new ServiceProblem(`The answer was HTTP ${status}, and not from the service itself.`, {
    ...{ code: 'unexpected_answer', title, status, retryAfterS },
  });
}

export function unreachable(): ServiceProblem {
  return new ServiceProblem('No answer came back: the service may be down, or the connection was lost.', {
    code: 'unreachable',
    title: 'The service cannot be reached',
  });
}

/** Not sent at all: the service would say the same of a part of a form, which nobody chose. */
export function emptyFile(): ServiceProblem {
  return new ServiceProblem('There is not one byte in it.', { code: 'empty_file', title: 'The file is empty' });
}

/** A folder, or what was moved, removed or written to since it was chosen. */
export function unreadableFile(): ServiceProblem {
  return new ServiceProblem('The browser cannot read this file; is it a folder, or was it moved?', {
    code: 'unreadable_file',
    title: 'The file cannot be read',
  });
}
