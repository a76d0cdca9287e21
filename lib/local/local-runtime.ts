/** The contract of the local runtime: what starts it and what tests and `npm start` get back. */
import type { Template } from './cloudformation.ts';
import type { BusEvent } from './event-bus.ts';
import type { Faults } from './faults.ts';
import type { AccessReport } from './iam/access-control.ts';
import type { Stats } from './stats.ts';

export interface LocalOptions {
  /** The synthesized stack. */
  readonly template: Template;
  /** Where state lives. Default: a temporary directory that `stop` removes, with the database in memory. */
  readonly directory?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Directory of the cloud assembly (`cdk.out`): run bundled assets instead of entry files. */
  readonly bundles?: string;
  /** Added to the environment of every function, over what the template says. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Most workers of one function at a time. Default 4. */
  readonly workersPerFunction?: number;
  /** Start one worker of each HTTP function once everything serves. Default false. */
  readonly prewarm?: boolean;
  /** Run schedules. Default true. */
  readonly schedules?: boolean;
  /** Shuffle and duplicate deliveries of the bus. Default false. */
  readonly chaos?: boolean;
  /** Messages of a failed invocation come back after this many ms instead of the queue's whole visibility timeout. */
  readonly redeliverAfterMs?: number;
  /** Where AWS services are that are not hosted, by the name requests are signed for: `{ ecs: 'http://127.0.0.1:4566' }`. */
  readonly awsServices?: Readonly<Record<string, string>>;
  /** Lines that functions print. Default: dropped. */
  readonly log?: (functionName: string, line: string) => void;
  /** Folder that entry files are relative to. Default: this project. */
  readonly project?: string;
}

export interface LocalRuntime {
  /** `https://host:port`, without a slash at the end. */
  readonly url: string;
  /** PEM of the CA that signed the server certificate. */
  readonly ca: string;
  /** Path of a kubeconfig (mode 0600) with the contexts `admin` (the current one) and `developer`. */
  readonly kubeconfig: string;
  /** The cluster admin's bearer token. */
  readonly token: string;
  /** `http://127.0.0.1:port`: DynamoDB, SQS and EventBridge for any AWS SDK client, and the control API of docs/local-runtime.md. */
  readonly awsEndpoint: string;
  readonly stats: Stats;
  readonly faults: Faults;
  /** Which permissions of the template's roles were of use, and what was refused. */
  permissions(): AccessReport;
  /** Invokes a function by the name of its entry file (`tags`) or its logical id. Rejects with FunctionError like a failed invocation. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Kills every worker of a function, as when its sandboxes are lost. */
  kill(functionName: string): Promise<void>;
  /** Calls `listener` with each event published on a bus; the result ends it. */
  onEvent(listener: (event: BusEvent) => void): () => void;
  /** Calls `listener` with the body of each message that any queue gets, until the runtime ends. */
  onMessage(listener: (body: string) => void): void;
  /** Resolves when streams are read to their end, queues with a reader are empty and nothing runs; rejects after `timeoutMs` (default 10 s). */
  settled(timeoutMs?: number): Promise<void>;
  /** Ends everything that was started. May be called twice. */
  stop(): Promise<void>;
}
