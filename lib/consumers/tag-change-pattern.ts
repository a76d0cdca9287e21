/** Rules on the bus, for whoever wants to know of tags. */
import type { EventPattern, IEventBus, OnEventOptions } from 'aws-cdk-lib/aws-events';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { DETAIL_TYPE, EVENT_SOURCE, type DetailType } from '../../functions/changes/tag-change-event.ts';

/** One value, any of several, or what `Match` of aws-events makes (`Match.prefix('v')`). */
export type Wanted = string | readonly string[];

/** All that is given has to match; what is not given is any. */
export interface TagChangeFilter {
  readonly namespace?: Wanted;
  readonly stream?: Wanted;
  readonly tag?: Wanted;
  /**
   * What moved the tag: `tag`, `import`, `scheduled-import`, `mapping`, `push`, `rollback`, `prune`.
   * @default - any
   */
  readonly cause?: Wanted;
  /**
   * Which events about the tags: members of `DETAIL_TYPE`.
   * @default - that they point to another image (`Image Stream Tag Changed`)
   */
  readonly detailTypes?: readonly DetailType[];
}

export interface OnTagChangeOptions extends OnEventOptions, TagChangeFilter {}

const FIELDS = ['namespace', 'stream', 'tag', 'cause'] as const;

/**
 * The pattern of a rule that gets events about tags.
 *
 * @example
 * new Rule(this, 'Deployed', { eventBus, eventPattern: imageTagChanged({ namespace: 'shop', stream: 'web', tag: Match.prefix('v') }) });
 * @throws Error for a list of nothing, which no event matches
 */
export function imageTagChanged(filter: TagChangeFilter = {}): EventPattern {
  const { detailTypes = [DETAIL_TYPE.changed] } = filter;
  const wanted = FIELDS.flatMap((field) => (filter[field] === undefined ? [] : [[field, [filter[field]].flat()] as const]));
  const empty = [...wanted, ['detailTypes', detailTypes] as const].find(([, values]) => values.length === 0);
  if (empty !== undefined) throw new Error(`${empty[0]} must name at least one: no event would match`);
  return {
    source: [EVENT_SOURCE],
    detailType: [...detailTypes],
    ...(wanted.length > 0 && { detail: Object.fromEntries(wanted) }),
  };
}

/** A rule on `eventBus`, as `onXxx` of the CDK's own constructs make them. */
export function addTagChangeRule(scope: Construct, id: string, eventBus: IEventBus, options: OnTagChangeOptions): Rule {
  const { target, eventPattern, ruleName, description, crossStackScope, ...filter } = options;
  const rule = new Rule(crossStackScope ?? scope, id, { eventBus, ruleName, description, eventPattern: imageTagChanged(filter) });
  if (eventPattern !== undefined) rule.addEventPattern(eventPattern);
  if (target !== undefined) rule.addTarget(target);
  return rule;
}
