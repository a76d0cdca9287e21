import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../../functions/kubernetes/types.ts';
import { ECS_KIND } from '../../../functions/triggers/kinds/ecs.ts';
import { readFields } from '../../../functions/triggers/kinds/fields/field-reader.ts';
import { targetKeyOf } from '../../../functions/triggers/kinds/registry.ts';
import type { EcsTarget } from '../../../functions/triggers/target-spec.ts';
import type { FollowedImage } from '../../../functions/triggers/types.ts';

const SERVICE = 'arn:aws:ecs:eu-central-1:111122223333:service/prod/web';
const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:pull/quay-AbCdEf';

function decode(given: unknown): { readonly spec: EcsTarget; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  return { spec: ECS_KIND.decode(readFields(given, 'spec.target.ecs', errors)), errors };
}
const image = (over: Partial<FollowedImage> = {}): FollowedImage => ({ from: { kind: 'ImageStreamTag', name: 'web:latest' }, ...over });

function errorsOf(given: Partial<EcsTarget>, images: readonly FollowedImage[] = [image({ container: 'web' })]): string[] {
  const rules = { namespace: 'shop', images, allowPrivateAddresses: false, allowed: {} };
  return ECS_KIND.validate({ serviceArn: SERVICE, ...given }, 'spec.target.ecs', rules).map(({ type, field }) => `${type} ${field}`);
}

describe('targets of kind ecs', () => {
  it('are read', () => {
    const given = { serviceArn: SERVICE, roleArn: 'r', repositoryCredentials: SECRET };
    expect(decode(given)).toEqual({ spec: given, errors: [] });
    expect(decode({ serviceArn: SERVICE, roleArn: null, repositoryCredentials: '' })).toEqual({
      spec: { serviceArn: SERVICE },
      errors: [],
    });
    expect(decode({ serviceArn: 7 }).errors).toMatchObject([{ type: 'TypeInvalid', field: 'spec.target.ecs.serviceArn' }]);
  });

  it.each<[string, Partial<EcsTarget>, (readonly FollowedImage[])?]>([
    ['a container', {}],
    ['no container, which is fine where there is one', {}, [image()]],
    ['containers', {}, [image({ container: 'web' }), image({ container: 'proxy_2-x' })]],
    ['a secret', { repositoryCredentials: SECRET }],
    ['another partition', { serviceArn: SERVICE.replace('arn:aws:', 'arn:aws-cn:') }],
  ])('may have %s', (_, given, images) => {
    expect(errorsOf(given, images)).toEqual([]);
  });

  it.each<[string, Partial<EcsTarget>, readonly FollowedImage[] | undefined, string[]]>([
    ['an ARN without cluster', { serviceArn: SERVICE.replace('/prod', '') }, undefined, ['Invalid spec.target.ecs.serviceArn']],
    ['a cluster', { serviceArn: SERVICE.replace('service/prod/web', 'cluster/prod') }, undefined, ['Invalid spec.target.ecs.serviceArn']],
    ['a resource of another service', { serviceArn: SERVICE.replace(':ecs:', ':eks:') }, undefined, ['Invalid spec.target.ecs.serviceArn']],
    ['a place in an object', {}, [image({ fieldPath: 'spec' })], ['Forbidden spec.images[0].fieldPath']],
    ['several images without containers', {}, [image({ container: 'a' }), image()], ['Required spec.images[1].container']],
    ['a name no container has', {}, [image({ container: 'a b' })], ['Invalid spec.images[0].container']],
    ['the name of a secret', { repositoryCredentials: 'quay' }, undefined, ['Invalid spec.target.ecs.repositoryCredentials']],
    [
      'a secret of another Region',
      { repositoryCredentials: SECRET.replace('eu-central-1', 'us-east-1') },
      undefined,
      ['Invalid spec.target.ecs.repositoryCredentials'],
    ],
  ])('may not have %s', (_, given, images, errors) => {
    expect(errorsOf(given, images)).toEqual(errors);
  });

  it('take turns on one service, whoever they belong to and act as', () => {
    const keyOf = (ecs: EcsTarget, namespace: string) => targetKeyOf({ ecs }, { namespace, name: namespace, uid: namespace });
    expect(keyOf({ serviceArn: SERVICE, roleArn: 'r' }, 'shop')).toBe(keyOf({ serviceArn: SERVICE }, 'bank'));
    expect(keyOf({ serviceArn: `${SERVICE}2` }, 'shop')).not.toBe(keyOf({ serviceArn: SERVICE }, 'shop'));
  });

  it('are a service in AWS, shown with its cluster', () => {
    expect(ECS_KIND.describe({ serviceArn: SERVICE })).toBe('prod/web');
    expect(ECS_KIND.awsResource?.({ serviceArn: SERVICE, roleArn: 'r' })).toEqual({ arn: SERVICE, field: 'serviceArn', roleArn: 'r' });
  });
});
