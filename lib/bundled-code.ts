/** The code of functions in this repository, as `#function-code`: always bundled from the source, so that none is ever stale. */
import { AssetHashType, DockerImage, Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { bundleFunction, PROJECT_ROOT } from './bundle.ts';

/** Code of the function whose entry file is `entry`; a placeholder when `scope`'s stack is synthesized without bundling. */
export function functionCode(scope: Construct, entry: string): Code {
  return Stack.of(scope).bundlingRequired ? bundledCode(entry) : placeholderCode();
}

function bundledCode(entry: string): Code {
  return Code.fromAsset(PROJECT_ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // esbuild always bundles on this machine; the image is there because the type demands one.
      image: DockerImage.fromRegistry('unused'),
      // CDK remembers staged assets by source and options, functions left out: without the name all functions would get the first one's code.
      command: [entry],
      local: {
        tryBundle(outputDirectory) {
          bundleFunction(entry, outputDirectory);
          return true;
        },
      },
    },
  });
}

function placeholderCode(): Code {
  return Code.fromInline('/* synthesized without bundling: not for deployment */');
}
