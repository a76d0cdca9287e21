import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageKey, imagesRange } from '../../functions/store/image-keys.ts';
import {
  childrenRange,
  encodeName,
  eventKey,
  followerKey,
  followersRange,
  headKey,
  type KeyRange,
  membersRange,
  memberKey,
  metadataKey,
  streamRange,
  streamsRange,
  tagEventsRange,
  tagKey,
  tagsRange,
} from '../../functions/store/keys.ts';
import { namespaceKey, namespacesRange } from '../../functions/store/object-keys.ts';
import { triggerFollowKey, triggerKey, triggersRange } from '../../functions/store/trigger-keys.ts';

/** Names with plenty of the bytes that matter. */
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom('#', '%', '$', '!', ' ', '&', 'a', '\u0000', '\u{10FFFF}'), maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function decoded(encoded: string): string {
  return encoded.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function holds(range: KeyRange, key: { readonly pk: string; readonly sk: string }): boolean {
  return range.pk === key.pk && compare(range.from, key.sk) <= 0 && compare(key.sk, range.to) <= 0;
}

const life = (stream: string, incarnation = '1') => ({ namespace: 'ns', stream, incarnation });

describe('encodeName', () => {
  it('reads back as it was', () => {
    fc.assert(fc.property(name, (text) => void expect(decoded(encodeName(text))).toBe(text)));
  });

  it('keeps order, also in front of what follows in a key', () => {
    const order = fc.property(name, name, name, name, (a, b, restA, restB) => {
      const expected = Math.sign(compare(a, b));
      expect(Math.sign(compare(encodeName(a), encodeName(b)))).toBe(expected);
      if (expected !== 0) expect(Math.sign(compare(`${encodeName(a)}#${restA}`, `${encodeName(b)}#${restB}`))).toBe(expected);
    });
    fc.assert(order, { numRuns: 1_000 });
  });

  it('leaves no byte below % but the % of its own', () => {
    fc.assert(fc.property(name, (text) => void expect(encodeName(text)).not.toMatch(/[\0-$]/)));
  });
});

describe('ranges', () => {
  it('hold exactly what belongs to a stream', () => {
    const belongs = fc.property(name, name, name, (stream, other, tag) => {
      const range = streamRange({ namespace: 'ns', stream });
      const inside = [
        headKey(life(stream)),
        metadataKey(life(stream)),
        tagKey(life(stream, '9'), tag),
        followerKey(life(stream), tag, other),
      ];
      for (const key of inside) expect(holds(range, key)).toBe(true);
      if (other === stream) return;
      const outside = [headKey(life(other)), metadataKey(life(other)), tagKey(life(other), tag), triggerKey('ns', stream)];
      for (const key of outside) expect(holds(range, key)).toBe(false);
    });
    fc.assert(belongs, { numRuns: 1_000 });
  });

  it('hold exactly what belongs to an incarnation, its tags, the followers of a tag', () => {
    const belongs = fc.property(name, name, name, (a, b, c) => {
      expect(holds(childrenRange(life(a, '12')), tagKey(life(a, '12'), b))).toBe(true);
      expect(holds(childrenRange(life(a, '1')), tagKey(life(a, '12'), b))).toBe(false);
      expect(holds(tagsRange(life(a)), tagKey(life(a), b))).toBe(true);
      expect(holds(tagsRange(life(a)), followerKey(life(a), b, c))).toBe(false);
      expect(holds(followersRange(life(a), b), followerKey(life(a), b, c))).toBe(true);
      expect(holds(followersRange(life(a), b), followerKey(life(a), c, b))).toBe(b === c);
    });
    fc.assert(belongs, { numRuns: 1_000 });
  });

  it('go on behind a name', () => {
    const behind = fc.property(name, name, name, (after, other, tag) => {
      const expected = compare(other, after) > 0;
      expect(holds(streamsRange('ns', after), headKey(life(other)))).toBe(expected);
      expect(holds(streamsRange('ns', after), tagKey(life(other), tag))).toBe(expected);
      expect(holds(triggersRange('ns', after), triggerKey('ns', other))).toBe(expected);
      expect(holds(triggersRange('ns', after), triggerFollowKey('ns', other, 3))).toBe(expected);
      expect(holds(namespacesRange(after), namespaceKey(other))).toBe(expected);
      expect(holds(streamsRange('ns', null), headKey(life(other)))).toBe(true);
    });
    fc.assert(behind, { numRuns: 1_000 });
  });

  it('hold events by number', () => {
    const numbers = fc.property(name, fc.nat(), fc.nat(), fc.nat(), (tag, first, last, number) => {
      expect(holds(tagEventsRange(life('s'), tag, first, last), eventKey(life('s'), tag, number))).toBe(first <= number && number <= last);
    });
    fc.assert(numbers);
  });

  it('hold members by prefix, images of a partition behind a digest', () => {
    expect(holds(membersRange(life('s'), 'sha256:ab'), memberKey(life('s'), 'sha256:abcd'))).toBe(true);
    expect(holds(membersRange(life('s'), 'sha256:ab'), memberKey(life('s'), 'sha256:ac'))).toBe(false);
    const [low, high] = [imageKey('sha256:ab00'), imageKey('sha256:ab01')];
    expect(low.pk).toBe('IMG#ab');
    expect(holds(imagesRange(low.pk, null), low)).toBe(true);
    expect(holds(imagesRange(low.pk, 'sha256:ab00'), low)).toBe(false);
    expect(holds(imagesRange(low.pk, 'sha256:ab00'), high)).toBe(true);
    expect(imageKey('not a digest').pk).toMatch(/^IMG#[0-9a-f]{2}$/);
  });
});

describe('keys', () => {
  it('of different children differ', () => {
    const children = fc.property(fc.tuple(name, name, name), fc.tuple(name, name, name), ([s, t, f], [s2, t2, f2]) => {
      const keys = [
        metadataKey(life(s)),
        tagKey(life(s), t),
        tagKey(life(s2), t2),
        followerKey(life(s), t, f),
        followerKey(life(s2), t2, f2),
      ];
      const distinct = new Set(keys.map(({ sk }) => sk)).size;
      expect(distinct).toBe(5 - (s === s2 && t === t2 ? 1 : 0) - (s === s2 && t === t2 && f === f2 ? 1 : 0));
    });
    fc.assert(children, { numRuns: 1_000 });
  });

  it('are refused past 1,024 bytes', () => {
    const fits = tagKey(life('s'), 'x'.repeat(1024 - 'IS#s#1#T#'.length));
    expect(Buffer.byteLength(fits.sk)).toBe(1024);
    expect(() => tagKey(life('s'), 'x'.repeat(1024))).toThrow(expect.objectContaining({ code: 'ERR_STORE_TOO_LARGE' }));
    expect(() => tagKey(life('s'), '#'.repeat(400))).toThrow(expect.objectContaining({ code: 'ERR_STORE_TOO_LARGE' }));
  });
});
