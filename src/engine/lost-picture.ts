/** The engine that had this picture is gone: it gets no answer. `dispatch.ts` gives it to another engine or makes a `ServiceError` of this. */
export class LostPicture extends Error {
  override readonly name = 'LostPicture';
  /** The engine was at work on it, as far as is known: it may be what the engine died of. */
  readonly atWork: boolean;

  constructor(atWork: boolean) {
    super('The engine that had this picture stopped before it answered; send it again.');
    this.atWork = atWork;
  }
}
