import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TargetSpec } from '../../../functions/triggers/target-spec.ts';
import { identityKey, kindOf, TARGET_KINDS, targetKeyOf } from '../../../functions/triggers/kinds/registry.ts';

const TRIGGER = { namespace: 'shop', name: 'deploy', uid: 'u1' };
const STATE_MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:deploy';
const OTHER = { ...TRIGGER, name: 'other', uid: 'u2' };

describe('kinds of targets', () => {
  it('are each a member of their own, acted on by the file of their name', () => {
    const names = TARGET_KINDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const files = new Set(globSync('functions/triggers/targets/*.ts').map((file) => basename(file, '.ts')));
    const fileOf = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(names.filter((name) => !files.has(fileOf(name)))).toEqual([]);
  });

  it('are told by the one member of a target', () => {
    expect(kindOf({ webhook: { url: 'https://a/' } })).toMatchObject({ kind: { name: 'webhook' }, spec: { url: 'https://a/' } });
    expect([kindOf({}), kindOf({ pigeon: {} }), kindOf({ constructor: {} })]).toEqual([null, null, null]);
  });

  it('describe themselves without paths and secrets', () => {
    const describeTarget = (target: object) => {
      const found = kindOf(target as never);
      return found?.kind.describe(found.spec);
    };
    expect(describeTarget({ webhook: { url: 'https://hooks.example:8443/T0/secret' } })).toBe('hooks.example:8443');
    expect(describeTarget({ sqs: { queueArn: 'arn:aws:sqs:eu-central-1:111122223333:deploy' } })).toBe('deploy');
    expect(describeTarget({ sns: { topicArn: 'arn:aws:sns:eu-central-1:111122223333:news.fifo' } })).toBe('news.fifo');
    expect(describeTarget({ eventBridge: { eventBusArn: 'arn:aws:events:eu-central-1:111122223333:event-bus/a/b' } })).toBe('a/b');
    expect(describeTarget({ codepipeline: { pipelineArn: 'arn:aws:codepipeline:eu-central-1:111122223333:release' } })).toBe('release');
    expect(describeTarget({ stepFunctions: { stateMachineArn: `${STATE_MACHINE}:live` } })).toBe('deploy:live');
    expect(describeTarget({ github: { owner: 'shop', repository: 'web' } })).toBe('shop/web');
  });

  it('have the same key for the same thing, however it is written', () => {
    const keys = (...targets: object[]) => new Set(targets.map((target) => targetKeyOf(target as never, TRIGGER))).size;
    expect(
      keys({ stepFunctions: { stateMachineArn: STATE_MACHINE } }, { stepFunctions: { stateMachineArn: `${STATE_MACHINE}:live` } }),
    ).toBe(1);
    expect(identityKey('stepFunctions', STATE_MACHINE)).toBe(
      targetKeyOf({ stepFunctions: { stateMachineArn: `${STATE_MACHINE}:7` } }, OTHER),
    );
    const pipelineArn = 'arn:aws:codepipeline:eu-central-1:111122223333:release';
    expect(identityKey('codepipeline', pipelineArn)).toBe(targetKeyOf({ codepipeline: { pipelineArn } }, OTHER));
    const github = (owner: string, over: object = {}) => ({ github: { owner, repository: 'web', ...over } }) as TargetSpec;
    expect(keys(github('shop'), github('Shop', { eventType: 'other' }), github('shop', { apiUrl: 'https://api.github.com' }))).toBe(1);
    expect(targetKeyOf(github('shop'), { ...TRIGGER, namespace: 'other' })).not.toBe(targetKeyOf(github('shop'), OTHER));
    expect(keys(github('shop'), github('other'), github('shop', { apiUrl: 'https://github.example/api/v3' }))).toBe(3);
  });

  it.each([
    { sns: { topicArn: 'arn:aws:sns:eu-central-1:111122223333:news' } },
    { eventBridge: { eventBusArn: 'arn:aws:events:eu-central-1:111122223333:event-bus/a' } },
  ])('that get messages have one of their own per trigger: %j', (target) => {
    expect(targetKeyOf(target as never, TRIGGER)).not.toBe(targetKeyOf(target as never, OTHER));
  });

  it('have a key that fits a message group, and triggers that do not undo each other have different ones', () => {
    const target = { webhook: { url: 'https://a/' } };
    const key = targetKeyOf(target, TRIGGER);
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(targetKeyOf({ webhook: { url: 'https://b/' } }, TRIGGER)).toBe(key);
    expect(identityKey('webhook', JSON.stringify(['shop', 'deploy', 'u1']))).toBe(key);
    expect(targetKeyOf(target, OTHER)).not.toBe(key);
    expect(targetKeyOf({ pigeon: {} }, TRIGGER)).not.toBe(key);
  });
});
