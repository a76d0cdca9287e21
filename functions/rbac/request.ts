/** What a rule allows or not. */

export interface ResourceRequest {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** '' for the resource itself. */
  readonly subresource: string;
  /** '' where no object is named: a list, a create. */
  readonly name: string;
}

/** Of a URL that is no resource's. */
export interface PathRequest {
  /** The method in lower case. */
  readonly verb: string;
  readonly path: string;
}

export type RuleRequest = ResourceRequest | PathRequest;
