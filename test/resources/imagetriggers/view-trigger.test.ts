import { describe, expect, it } from 'vitest';
import { triggerTable, viewTrigger } from '../../../functions/resources/imagetriggers/view-trigger.ts';
import type { StoredTrigger } from '../../../functions/triggers/stored-trigger.ts';
import type { TriggerCondition } from '../../../functions/triggers/types.ts';
import { DIGEST_A, NOW, storedTrigger } from '../../triggers/fixtures.ts';

const row = (over: Partial<StoredTrigger> = {}) => triggerTable.cells(viewTrigger(storedTrigger(over)), NOW);

function condition(status: TriggerCondition['status'], reason: string): StoredTrigger['status'] {
  const delivered: TriggerCondition = { type: 'Delivered', status, reason, message: '', lastTransitionTime: '2026-08-01T09:00:00Z' };
  return { observedGeneration: 1, conditions: [delivered] };
}

describe('trigger table', () => {
  it('has the columns of a trigger', () => {
    expect(triggerTable.columns.map(({ name }) => name)).toEqual(['Name', 'Images', 'Target', 'Last Triggered', 'Status', 'Age', 'Image']);
  });

  it('says what a new trigger follows and where it goes', () => {
    const images = [
      { from: { kind: 'ImageStreamTag', name: 'web:latest' }, container: 'a' },
      { from: { kind: 'ImageStreamTag', name: 'base:1', namespace: 'platform' } },
      { from: { kind: 'ImageStreamTag', name: 'web:latest' }, container: 'b' },
    ] as const;
    const target = { webhook: { url: 'https://hooks.example:8443/T0/secret-path' } };
    expect(row({ spec: { images, target } })).toEqual([
      'deploy',
      'web:latest,platform/base:1',
      'webhook hooks.example:8443',
      '<never>',
      'Pending',
      '60m',
      '',
    ]);
  });

  it('says when it last fired', () => {
    const lastTriggeredImage = `quay.io/shop/web@${DIGEST_A}`;
    const told = row({ status: { observedGeneration: 1, lastTriggeredImage, lastTriggerTime: '2026-08-01T09:58:00Z', conditions: [] } });
    expect([told[3], told[6]]).toEqual(['2 minutes ago', lastTriggeredImage]);
  });

  it.each<[string, StoredTrigger['status'], boolean]>([
    ['Delivered', condition('True', 'Delivered'), false],
    ['Timeout', condition('False', 'Timeout'), false],
    ['Paused', condition('True', 'Delivered'), true],
    ['Paused (TargetGone)', condition('False', 'TargetGone'), true],
    ['Paused', { observedGeneration: 0, conditions: [] }, true],
    ['Waiting', { ...condition('True', 'Delivered'), nextTriggerTime: '2026-08-01T11:00:00Z' }, false],
    ['Unresolved', condition('Unknown', 'Unresolved'), false],
  ])('says %s', (text, status, paused) => {
    expect(row({ status, spec: { ...storedTrigger().spec, paused } })[4]).toBe(text);
  });
});
