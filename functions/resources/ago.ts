import { formatHumanDuration } from '../kubernetes/human-duration.ts';

/** `3 hours ago`, as docker and oc print ages. Both in milliseconds. */
export function formatAgo(then: number, now: number): string {
  return `${formatHumanDuration(now - then)} ago`;
}
