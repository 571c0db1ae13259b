import { CliError } from './cli-error.ts';

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such folder, and none can be made',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
};

/** A `CliError` of what the system refused while `file` was written; any other error as it is. */
export function writeProblem(file: string, error: unknown): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new CliError(`${file} cannot be written: ${REASONS[code] ?? message}.`, { cause: error });
}
