/** Waiting for what a service does in a few seconds, within the time a delivery has. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after some milliseconds; rejects when the signal ends first. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const pause: Pause = (milliseconds, signal) => sleep(milliseconds, undefined, { signal });

/** ms between two looks, and how many there are: 18 seconds, of the 40 that a delivery has at least 12 of. */
const INTERVAL = 2_000;
const MOST_LOOKS = 10;

export interface Watched<State> {
  readonly read: () => Promise<State>;
  readonly isOver: (state: State) => boolean;
  readonly wait: Pause;
  readonly signal: AbortSignal;
}

/** The state once it is over; null when it is not by then, or the signal ended while waiting. Throws what `read` throws. */
export async function watch<State>({ read, isOver, wait, signal }: Watched<State>): Promise<State | null> {
  for (let looks = 1; ; looks++) {
    const state = await read();
    if (isOver(state)) return state;
    if (looks === MOST_LOOKS || !(await waited(wait, signal))) return null;
  }
}

async function waited(wait: Pause, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(INTERVAL, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
