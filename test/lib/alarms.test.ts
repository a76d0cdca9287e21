import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, it } from 'vitest';
import { ImageStreams } from '../../lib/index.ts';
import { functionsOf, ofType } from './template.ts';

const alarms = ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties);

it('names are unique and tell what is wrong', () => {
  const names = alarms.map(({ AlarmName }) => AlarmName as string);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^ImageStreams-Backend-Alarms-[0-9A-F]{8}-[A-Za-z0-9-]+$/);
});

it('each function has one on its errors', () => {
  const watched = alarms.filter(({ MetricName, Namespace }) => MetricName === 'Errors' && Namespace === 'AWS/Lambda');
  expect(watched).toHaveLength(functionsOf().length);
  for (const { id } of functionsOf()) expect(JSON.stringify(watched)).toContain(`"${id}"`);
});

it('each leads to a heading of the runbook', () => {
  const runbook = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const { AlarmDescription } of alarms) {
    const [, anchor] = /What to do: docs\/operations\.md#([a-z0-9-]+)$/.exec(AlarmDescription as string) ?? [];
    expect(anchors).toContain(anchor);
  }
});

it('all are quiet without data', () => {
  for (const { TreatMissingData } of alarms) expect(TreatMissingData).toBe('notBreaching');
});

it('all notify the topic an embedding app gives', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Platform');
  new ImageStreams(stack, 'Streams', { alarmTopic: new Topic(stack, 'Oncall') });
  const found = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  expect(found).toHaveLength(alarms.length);
  for (const { Properties } of found) expect(Properties).toMatchObject({ AlarmActions: [{}], OKActions: [{}] });
});
