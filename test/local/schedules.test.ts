import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadStack } from '../../lib/local/cloudformation.ts';
import { hostSchedules, parseRate } from '../../lib/local/schedules.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const place = { region: 'r', accountId: 'a', awsEndpoint: 'http://e' };
function schedule(ScheduleExpression: string, more: object = {}, input?: string) {
  const Target = { Arn: 'arn', RoleArn: 'role', ...(input === undefined ? {} : { Input: input }) };
  const FlexibleTimeWindow = { Mode: 'OFF' };
  return loadStack(
    { Resources: { S: { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression, Target, FlexibleTimeWindow, ...more } } } },
    place,
  );
}

describe('parseRate', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('%s', (expression, ms) => expect(parseRate(expression)).toBe(ms));

  it.each(['cron(0 * * * ? *)', 'rate(0 minutes)', 'rate(1 second)', 'at(2026-01-01T00:00:00)'])('stops at %s', (expression) => {
    expect(() => parseRate(expression)).toThrow(expression);
  });
});

describe('hostSchedules', () => {
  it('runs once per interval until ended', () => {
    const runs: unknown[] = [];
    const end = hostSchedules(schedule('rate(1 minute)', {}, '{"at":"<aws.scheduler.scheduled-time>"}'), (...run) => runs.push(run))();
    vi.setSystemTime(0);
    vi.advanceTimersByTime(120_000);
    end();
    vi.advanceTimersByTime(120_000);
    expect(runs).toEqual([
      ['arn', { at: '1970-01-01T00:01:00.000Z' }],
      ['arn', { at: '1970-01-01T00:02:00.000Z' }],
    ]);
  });

  it('leaves disabled ones alone', () => {
    const deliver = vi.fn();
    hostSchedules(schedule('rate(1 minute)', { State: 'DISABLED' }), deliver)();
    vi.advanceTimersByTime(120_000);
    expect(deliver).not.toHaveBeenCalled();
  });
});
