/** The code of functions in the npm package, in place of `#function-code`: bundled when the package was built, since it brings neither source nor bundler. */
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Code of the function whose entry file is `entry`. */
export function functionCode(_scope: Construct, entry: string): Code {
  // Compiled code is CommonJS, and lies beside the bundles: packaging/build.ts.
  return Code.fromAsset(join(__dirname, '../bundles', entry));
}
