import { describe, expect, it } from 'vitest';
import { eventId } from '../../functions/changes/event-id.ts';

describe('eventId', () => {
  it('is a UUID of version 8, the same for the same parts', () => {
    expect(eventId('u', 'latest', '1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(eventId('u', 'latest', '1')).toBe(eventId('u', 'latest', '1'));
  });

  it('keeps apart what only looks alike when joined', () => {
    const ids = [eventId('a', 'bc'), eventId('ab', 'c'), eventId('abc'), eventId('a,bc'), eventId('a', 'b', 'c'), eventId()];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('never changes: consumers remember ids', () => {
    expect(eventId('u', 'latest', '1', 'Image Stream Tag Changed')).toBe('268328f1-3911-88a1-ac76-92eadd12c5f8');
  });
});
