/**
 * `CodeBuild Build State Change`: how a build ended
 * (https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html). The event names build and project by the build's ARN.
 */
import { membersOf } from './event-members.ts';
import type { LateOutcome, OutcomeReader, ServiceEvent } from './late-outcome.ts';

const BUILD = /^(arn:aws[a-z-]*:codebuild:[a-z0-9-]+:\d{12}):build\/([A-Za-z0-9][\w-]*):[\w-]+$/;

export const CODEBUILD_BUILD: OutcomeReader = {
  source: 'aws.codebuild',
  detailType: 'CodeBuild Build State Change',
  detail: { 'build-status': ['SUCCEEDED', 'FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED'] },
  read,
};

function read({ detail }: ServiceEvent): LateOutcome | null {
  const { 'build-id': buildId = '', 'build-status': status } = membersOf(detail);
  const [, place, project] = BUILD.exec(buildId) ?? [];
  if (place === undefined || project === undefined) return null;
  const about = { kind: 'codebuild', identity: `${place}:project/${project}`, details: { buildId } };
  switch (status) {
    case 'SUCCEEDED':
      return { ...about, outcome: 'Delivered', reason: 'Delivered', message: 'the build succeeded' };
    case 'STOPPED':
      return { ...about, outcome: 'Refused', reason: 'BuildStopped', message: 'the build was stopped', interrupted: true };
    case 'FAILED':
    case 'FAULT':
    case 'TIMED_OUT':
      return { ...about, outcome: 'Refused', reason: 'BuildFailed', message: `the build ended as ${status}` };
    default:
      return null;
  }
}
