import type { Status } from './types.ts';

/** Thrown by resources, the pipeline and access for everything a client should see: the Status is the answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: Status;

  constructor(status: Status, options?: ErrorOptions) {
    super(status.message ?? status.reason ?? 'failure', options);
    this.status = status;
  }
}
