import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { settingsFromContext } from './context-settings.ts';
import { ImageStreamsStack } from './image-streams-stack.ts';
import type { ImageStreamsProps } from './settings.ts';

export interface AppSettings extends ImageStreamsProps {
  /**
   * Whether function code is bundled. Without it each function carries a placeholder and only its metadata says which entry file it runs:
   * for tests and for the local runtime, which start the entry files themselves.
   * @default true
   */
  readonly bundling?: boolean;
  /**
   * Where the cloud assembly is written.
   * @default - what the CDK CLI says, else a temporary directory
   */
  readonly outdir?: string;
}

/** A template as the synthesizer writes it; only what readers here need is typed. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Description?: string }>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Rules?: Readonly<Record<string, unknown>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

const STACK_NAME = 'ImageStreams';

/**
 * The CDK app with its one stack, used by bin/image-streams.ts, by tests and by the local runtime. Settings given here win over context.
 * Nothing is looked up: the stack is environment-agnostic, so that synthesis needs neither an account nor a network.
 */
export function createApp(settings: AppSettings = {}): { app: App; stack: ImageStreamsStack } {
  const { bundling = true, outdir, ...props } = settings;
  const app = new App({
    outdir,
    analyticsReporting: false,
    // The CDK's own switch: no stack asks for bundling (`cdk list` sets the same). Where bundling is wanted the CLI's value stands.
    ...(!bundling && { postCliContext: { 'aws:cdk:bundling-stacks': [] }, stackTraces: false, treeMetadata: false }),
    // The template validator costs a second; `npm run synth` and the tests on the whole template run it, a local start need not.
    ...(!bundling && { builtinCloudFormationValidation: false }),
  });
  const stack = new ImageStreamsStack(app, STACK_NAME, { ...settingsFromContext(app.node), ...defined(props) });
  return { app, stack };
}

/** Synthesizes without bundling and returns the template; leaves nothing on disk. */
export function synthesizeTemplate(settings: ImageStreamsProps = {}): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'image-streams-synth-'));
  try {
    const { app, stack } = createApp({ ...settings, bundling: false, outdir });
    return app.synth().getStackByName(stack.stackName).template as Template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function defined(props: ImageStreamsProps): ImageStreamsProps {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}
