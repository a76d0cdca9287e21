/**
 * `CodePipeline Pipeline Execution State Change`: how an execution ended
 * (https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html).
 */
import { membersOf } from './event-members.ts';
import type { LateOutcome, OutcomeReader, ServiceEvent } from './late-outcome.ts';

const PIPELINE = /^arn:aws[a-z-]*:codepipeline:[a-z0-9-]+:\d{12}:[A-Za-z0-9.@_-]{1,100}$/;

export const CODEPIPELINE_EXECUTION: OutcomeReader = {
  source: 'aws.codepipeline',
  detailType: 'CodePipeline Pipeline Execution State Change',
  detail: { state: ['SUCCEEDED', 'FAILED', 'STOPPED', 'CANCELED', 'SUPERSEDED'] },
  read,
};

function read({ resources, detail }: ServiceEvent): LateOutcome | null {
  const { 'execution-id': pipelineExecutionId, state } = membersOf(detail);
  const identity = resources.find((arn) => PIPELINE.test(arn));
  if (identity === undefined || pipelineExecutionId === undefined) return null;
  const about = { kind: 'codepipeline', identity, details: { pipelineExecutionId } };
  switch (state) {
    case 'SUCCEEDED':
      return { ...about, outcome: 'Delivered', reason: 'Delivered', message: 'the execution of the pipeline succeeded' };
    case 'SUPERSEDED':
      return { ...about, outcome: 'Refused', reason: 'Superseded', message: 'a newer execution took over', interrupted: true };
    case 'STOPPED':
    case 'CANCELED':
      return { ...about, outcome: 'Refused', reason: 'ExecutionStopped', message: 'the execution was stopped', interrupted: true };
    case 'FAILED':
      return { ...about, outcome: 'Refused', reason: 'ExecutionFailed', message: 'the execution of the pipeline failed' };
    default:
      return null;
  }
}
