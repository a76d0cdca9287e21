import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ENV } from '../functions/runtime/environment.ts';
import type { NodeFunction } from './node-function.ts';
import type { Settings } from './settings.ts';
import type { FunctionEnvironment } from './settings-environment.ts';

/**
 * What the registry's HTTP API asks for: GET and HEAD of a manifest, GET of a blob, the list of tags
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html,
 * https://github.com/containers/skopeo/pull/738).
 */
const PULL_ACTIONS = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:ListImages'];

/** Who may pull from ECR as the deployment, for functions that import; empty where nobody may. */
export function ecrEnvironment(scope: Construct, { ecrNamespaces = [], ecrAccounts = {} }: Settings): FunctionEnvironment {
  if (ecrNamespaces.length === 0) return {};
  return {
    [ENV.ecrNamespaces]: ecrNamespaces.join(','),
    [ENV.ecrAccount]: Stack.of(scope).account,
    ...(Object.keys(ecrAccounts).length > 0 && { [ENV.ecrAccounts]: JSON.stringify(ecrAccounts) }),
  };
}

/** Allows what `ecrEnvironment` promises; nothing where nobody may pull. */
export function grantEcr(to: NodeFunction, { ecrNamespaces = [], ecrAccounts = {} }: Settings): void {
  if (ecrNamespaces.length === 0) return;
  const { partition, account } = Stack.of(to);
  const others = Object.entries(ecrAccounts);
  const byPolicy = others.filter(([, { roleArn }]) => roleArn === undefined).map(([id]) => id);
  const repositories = [account, ...byPolicy].map((id) => `arn:${partition}:ecr:*:${id}:repository/*`);
  const roles = [...new Set(others.flatMap(([, { roleArn }]) => roleArn ?? []))];
  const allow = (actions: readonly string[], resources: readonly string[]) =>
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  // It has no resource to name: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
  allow(['ecr:GetAuthorizationToken'], ['*']);
  allow(PULL_ACTIONS, repositories);
  if (roles.length > 0) allow(['sts:AssumeRole'], roles);
  for (const id of ['<AWS::AccountId>', ...byPolicy]) {
    Validations.of(to).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecr:*:${id}:repository/*]`,
      reason: 'The setting opens all repositories of the account, in every Region; who may use it is decided by namespace.',
    });
  }
}
