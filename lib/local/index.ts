export { startLocal } from './start-local.ts';
export { StartError } from './start-error.ts';
export { FunctionError } from './sandbox.ts';
export type { LocalOptions, LocalRuntime } from './local-runtime.ts';
export type { BusEvent } from './event-bus.ts';
export type { FaultRule, Faults } from './faults.ts';
export type { Stats } from './stats.ts';
export type { Template } from './cloudformation.ts';
