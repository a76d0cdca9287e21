/** An AWS API's own refusal of a call: HTTP 400 with `code` as `__type`; `members` are further ones of the answer, e.g. CancellationReasons. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly code: string;
  readonly members: object;
  constructor(code: string, message: string, members: object = {}) {
    super(message);
    this.code = code;
    this.members = members;
  }
}
