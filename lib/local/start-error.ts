/** Why the local runtime cannot start. The message is complete: it is printed alone, without a stack, and the process ends with code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
