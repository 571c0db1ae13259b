import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.ts';
import { checkWritable, writeAtomically } from '../write-atomically.ts';
import { claimPlaces } from './claim-places.ts';
import type { DetectionSource } from './detection-source.ts';
import type { PictureSource } from './find-pictures.ts';
import { checkRecords, FILE_FORMATS, type FileFormat } from './formats.ts';
import type { CommandOptions } from './options.ts';
import { openOrigins } from './origins.ts';
import type { PictureRecord } from './record.ts';
import { toYolo } from './yolo.ts';

/** The file is written anew this often, and seldom enough that writing takes a twentieth of the time. */
const SAVE_MS = 5000;
const SAVE_SHARE = 20;

/** Where results go. */
export interface Output {
  /** Has this picture from an earlier run. */
  has(picture: PictureSource): Promise<boolean>;
  add(picture: PictureSource, record: PictureRecord, annotated?: Uint8Array): Promise<void>;
  /** This picture has no result. */
  skip(picture: PictureSource): void;
  /** Everything that was added is in the output, which is whole. */
  finish(): Promise<void>;
}

type Context = {
  options: CommandOptions;
  pictures: readonly PictureSource[];
  source: Pick<DetectionSource, 'model' | 'labels'>;
};

/** Where annotated pictures go; with --annotate there is an --out. */
export function annotatedFolder({ out }: CommandOptions): string {
  return path.join(out!.folder, 'annotated');
}

/** Reads what an earlier run left. Throws a `CliError` for a file that is something else, of another model, or not to be written. */
export async function openOutput(context: Context, stdout: NodeJS.WritableStream): Promise<Output> {
  const { options, pictures } = context;
  const results =
    options.out === undefined
      ? toStdout(context, stdout)
      : options.format === 'yolo'
        ? await toLabels(context)
        : await toFile(context);
  const placeOf = ({ place }: PictureSource) => path.join(annotatedFolder(options), `${place}.jpg`);
  if (options.annotate) await checkWritable(path.join(annotatedFolder(options), 'x.jpg'));
  const isYolo = options.format === 'yolo';
  if (options.annotate || isYolo) {
    await claimPlaces(
      options.out!.folder,
      pictures,
      async picture =>
        (options.annotate && (await exists(placeOf(picture)))) || (isYolo && (await results.has(picture))),
    );
  }
  if (!options.annotate) return results;
  return {
    ...results,
    // The results first: they look at the picture, to know it again.
    has: async picture => (await results.has(picture)) && (await exists(placeOf(picture))),
    async add(picture, record, annotated) {
      await writeAtomically(placeOf(picture), annotated!);
      await results.add(picture, record);
    },
  };
}

async function toFile({ options, pictures, source }: Context): Promise<Output> {
  const file = options.out!.file!;
  const format: FileFormat = FILE_FORMATS[options.format as keyof typeof FILE_FORMATS];
  const kept = new Map((await readEarlier(file, format, source.model)).map(record => [record.file, record]));
  const origins = await openOrigins(file);
  await checkWritable(file);
  let saving: Promise<void> | undefined;
  let nextSaveAt = performance.now() + SAVE_MS;

  /** In the order of the arguments; what earlier runs had of others comes before. */
  function ordered(): PictureRecord[] {
    const named = new Set(pictures.map(picture => picture.file));
    const others = [...kept.values()].filter(record => !named.has(record.file));
    return [...others, ...pictures.flatMap(picture => kept.get(picture.file) ?? [])];
  }

  async function save(): Promise<void> {
    const start = performance.now();
    const text = format.write(ordered(), source.labels);
    // Of these very records: while they are written others are added, which the file has not yet.
    const known = origins.of(kept.keys());
    await writeAtomically(file, text);
    await origins.save(known);
    const now = performance.now();
    nextSaveAt = now + Math.max(SAVE_MS, SAVE_SHARE * (now - start));
  }

  return {
    // The origin comes first, before the bytes are read: what is written meanwhile is another picture.
    has: async picture => (await origins.isOf(picture.file)) && kept.has(picture.file),
    async add(picture, record) {
      origins.note(picture.file);
      kept.set(picture.file, record);
      if (saving !== undefined || performance.now() < nextSaveAt) return;
      saving = save().finally(() => (saving = undefined));
      await saving;
    },
    skip(picture) {
      kept.delete(picture.file); // that was another, or is no longer what it was
    },
    async finish() {
      await saving;
      await save();
    },
  };
}

async function readEarlier(file: string, format: FileFormat, model: PictureRecord['model']): Promise<PictureRecord[]> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new CliError(`${file} cannot be read: ${cause.message}.`, { cause });
  });
  if (text === '') return [];
  let records: PictureRecord[];
  try {
    const read: unknown = format.read(text);
    checkRecords(read);
    records = read;
  } catch (cause) {
    const why = (cause as Error).message;
    throw new CliError(`${file} is there and is not an earlier output in this format (${why}); name another.`, {
      cause,
    });
  }
  const other = records.find(record => record.model.name !== model.name || record.model.version !== model.version);
  if (other === undefined) return records;
  throw new CliError(
    `${file} has results of ${other.model.name} (version ${other.model.version}), this is ${model.name} (${model.version}); name another.`,
  );
}

async function toLabels({ options, source }: Context): Promise<Output> {
  const { folder } = options.out!;
  const placeOf = ({ place }: PictureSource) => path.join(folder, 'labels', `${place}.txt`);
  const classesFile = path.join(folder, 'classes.txt');
  const classes = `${source.labels.join('\n')}\n`;
  const earlier = await readFile(classesFile, 'utf8').catch(() => classes);
  if (earlier.replaceAll('\r', '') !== classes) {
    throw new CliError(
      `${classesFile} has the classes of another model than ${source.model.name}; name another folder.`,
    );
  }
  // First: should the command die, the next one knows what the numbers mean.
  await writeAtomically(classesFile, classes);
  await checkWritable(path.join(folder, 'labels', 'x.txt'));
  return {
    has: picture => exists(placeOf(picture)),
    add: (picture, record) => writeAtomically(placeOf(picture), toYolo(record)),
    skip: () => {},
    finish: async () => {},
  };
}

/** In order: a line as soon as all before it are there; formats that are no lines at the end. */
function toStdout({ options, pictures, source }: Context, stdout: NodeJS.WritableStream): Output {
  const format: FileFormat = FILE_FORMATS[options.format as keyof typeof FILE_FORMATS];
  const records = new Map<string, PictureRecord | undefined>();
  let next = 0;
  let headWritten = false;
  const write = (text: string) => text !== '' && stdout.write(text);

  function head(): void {
    if (!headWritten) write(format.stream!.head);
    headWritten = true;
  }

  function settle(picture: PictureSource, record: PictureRecord | undefined): void {
    records.set(picture.file, record);
    if (format.stream === undefined) return;
    for (; next < pictures.length && records.has(pictures[next]!.file); next++) emit(pictures[next]!);
  }

  function emit({ file }: PictureSource): void {
    const record = records.get(file);
    records.set(file, undefined); // written
    if (record === undefined) return;
    head();
    write(format.stream!.picture(record));
  }

  return {
    has: async () => false,
    add: async (picture, record) => settle(picture, record),
    skip: picture => settle(picture, undefined),
    async finish() {
      if (format.stream === undefined) {
        write(
          format.write(
            pictures.flatMap(({ file }) => records.get(file) ?? []),
            source.labels,
          ),
        );
        return;
      }
      head();
      // After Ctrl-C there are gaps.
      for (; next < pictures.length; next++) emit(pictures[next]!);
    },
  };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
