/** EventBridge Scheduler rates: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based */
import { randomUUID } from 'node:crypto';
import type { Stack } from './cloudformation.ts';
import { StartError } from './start-error.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** ms of `rate(5 minutes)`; throws StartError for anything else (cron and one-time schedules are not hosted). */
export function parseRate(expression: string): number {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const [, amount, unit = ''] = match ?? [];
  if (!amount || Number(amount) < 1) throw new StartError(`schedule ${expression} is not hosted: only rate(…) is`);
  return Number(amount) * (UNIT_MS[unit] ?? 0);
}

/** Reads the schedules of `stack`; the result starts them, the first run after one interval, and returns what ends them. */
export function hostSchedules(stack: Stack, deliver: (arn: string, event: unknown) => void): () => () => void {
  const schedules = stack
    .ofType('AWS::Scheduler::Schedule')
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map(({ name, properties }) => ({ name, target: properties.Target, interval: parseRate(properties.ScheduleExpression) }));

  function run(name: string, { Arn, Input }: (typeof schedules)[number]['target']): void {
    const time = new Date().toISOString();
    const input = Input?.replaceAll('<aws.scheduler.scheduled-time>', time);
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      time,
      resources: [name],
      detail: '{}',
    };
    deliver(Arn, input === undefined ? event : JSON.parse(input));
  }

  return () => {
    const timers = schedules.map(({ name, target, interval }) => setInterval(() => run(name, target), interval));
    return () => timers.forEach(clearInterval);
  };
}
