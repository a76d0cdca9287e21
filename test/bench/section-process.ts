/** One section in a process of its own, so that none inherits another's heap, connections or compiled code. Started by run.ts. */
import type { RunSection } from './section.ts';

const { run } = (await import(`./sections/${process.argv[2]}.ts`)) as { readonly run: RunSection };
const result = await run();
process.send?.(result, () => process.exit(0));
