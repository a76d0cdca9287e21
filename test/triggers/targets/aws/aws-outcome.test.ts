import { describe, expect, it } from 'vitest';
import { outcomeOfAwsError } from '../../../../functions/triggers/targets/aws/aws-outcome.ts';

describe('an error of AWS', () => {
  it.each<[object | null | undefined, string, string]>([
    [{ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }, 'retry', 'ThrottlingException'],
    [{ name: 'X', $metadata: { httpStatusCode: 400 }, $retryable: {} }, 'retry', 'X'],
    [{ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } }, 'retry', 'ServiceUnavailable'],
    [{ name: 'AbortError' }, 'retry', 'AbortError'],
    [{ name: 'Error', message: 'connect ECONNREFUSED' }, 'retry', 'Error'],
    [{ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } }, 'refused', 'AccessDeniedException'],
    [{ name: 'ResourceNotFoundException' }, 'refused', 'ResourceNotFoundException'],
    [{ name: 'ValidationError', $metadata: { httpStatusCode: 400 } }, 'refused', 'ValidationError'],
    [{ name: 'a b', $metadata: { httpStatusCode: 404 } }, 'refused', 'AwsError'],
    [{ name: 'ConflictException', $metadata: { httpStatusCode: 400 } }, 'retry', 'ConflictException'],
    [{ name: 'NotAuthorizedForSourceException' }, 'refused', 'NotAuthorizedForSourceException'],
    [{ name: 'MalformedDetail' }, 'refused', 'MalformedDetail'],
    [{ name: 'InternalFailure' }, 'retry', 'InternalFailure'],
    [null, 'retry', 'Error'],
    [undefined, 'retry', 'Error'],
  ])('%j: %s', (error, kind, reason) => {
    expect(outcomeOfAwsError(error, 'it')).toMatchObject({ kind, reason });
  });

  it('is told in words that fit a status', () => {
    const { message } = outcomeOfAwsError({ name: 'AccessDenied', message: 'x'.repeat(1000) }, 'the queue does not take it');
    expect(message).toHaveLength(300);
    expect(message).toMatch(/^the queue does not take it: AccessDenied: x+$/);
  });
});
