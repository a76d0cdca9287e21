import { describe, expect, it } from 'vitest';
import { renderName, templateProblem } from '../../functions/identity/name-template.ts';

describe('a template of a name', () => {
  it.each([
    ['alice', 'alice'],
    ['dev:{{SessionName}}', 'dev:alice-example.com'],
    ['dev:{{SessionNameRaw}}', 'dev:alice@example.com'],
    ['{{AccountID}}:{{SessionName}}', '111122223333:alice-example.com'],
    ['{{AccountID}}', '111122223333'],
  ])('%s becomes %s', (template, name) => {
    expect(templateProblem(template, 'role')).toBeNull();
    expect(renderName(template, { account: '111122223333', sessionName: 'alice@example.com' })).toBe(name);
  });

  it('is filled in once', () => {
    expect(renderName('a:{{SessionNameRaw}}', { account: '1', sessionName: '{{AccountID}}' })).toBe('a:{{AccountID}}');
  });

  it.each([
    ['', 'must not be empty'],
    ['system:masters', 'must not begin with system:'],
    ['system:{{SessionName}}', 'must not begin with system:'],
    ['a\nb', 'must not hold control characters'],
    ['{{SessionName}}', '{{SessionName}} must come after a colon'],
    ['sys{{SessionNameRaw}}', '{{SessionNameRaw}} must come after a colon'],
    ['{{SessionName}}:{{SessionName}}', '{{SessionName}} must come after a colon'],
    ['a:{{AccessKeyID}}', 'may hold no other templates than'],
    ['{{ AccountID }}', 'may hold no other templates than'],
    ['{{{{AccountID}}AccountID}}', 'may hold no other templates than'],
  ])('is not %j', (template, problem) => {
    expect(templateProblem(template, 'role')).toContain(problem);
  });

  it('has no session for users', () => {
    expect(templateProblem('dev:{{SessionName}}', 'user')).toBe('{{SessionName}} is there for roles only');
  });
});
