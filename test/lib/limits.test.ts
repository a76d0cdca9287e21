import { describe, expect, it } from 'vitest';
import { expanded, functionsOf, ofType, targetOf, template } from './template.ts';

const KB = 1024;

/** Services refuse what is larger at deployment, long after synthesis passed; each bound leaves room to grow (design.md §6). */
describe('hard limits of the services', () => {
  it('has fewer than 250 routes (300 for an API)', () => {
    expect(ofType('AWS::ApiGatewayV2::Route').length).toBeLessThan(250);
  });

  it('has fewer than 450 resources (500 for a stack)', () => {
    expect(Object.keys(template.Resources).length).toBeLessThan(450);
  });

  it('has a template below 900 KB (1 MB)', () => {
    expect(JSON.stringify(template).length).toBeLessThan(900 * KB);
  });

  it.each(functionsOf())('$entry: resource policy below 15 KB (20 KB)', ({ id }) => {
    const permissions = ofType('AWS::Lambda::Permission').filter(({ properties }) => targetOf(properties['FunctionName']) === id);
    expect(expanded(permissions.map(({ properties }) => properties)).length).toBeLessThan(15 * KB);
  });

  it.each(functionsOf())('$entry: policies of its role below 9 KB (10 KB)', ({ statements }) => {
    expect(expanded(statements).length).toBeLessThan(9 * KB);
  });

  it.each(functionsOf())('$entry: environment below 3 KB (4 KB)', ({ properties }) => {
    expect(expanded(properties['Environment'] ?? {}).length).toBeLessThan(3 * KB);
  });
});
