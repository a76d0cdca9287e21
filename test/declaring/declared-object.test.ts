import { expect, it } from 'vitest';
import { readObject } from '../../functions/declaring/declared-object.ts';

it.each(['{"spec": whsec_s3cret}', '', 'null', '[]'])('a manifest that cannot be read is not quoted: %s', (text) => {
  expect(() => readObject(text)).toThrow(/^the manifest is no object$/);
});
