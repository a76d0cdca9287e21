/** An AWS API's own refusal of a call: answered with `code` as `__type` and HTTP 400, unless `status` says otherwise. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly code: string;
  readonly status: number;
  /** Further members of the answer, e.g. CancellationReasons. */
  readonly members: object;
  constructor(code: string, message: string, status = 400, members: object = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
