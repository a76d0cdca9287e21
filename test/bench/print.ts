/** Tables as Markdown that is also readable in a terminal. */
import { type Budget, isMet, type Table } from './section.ts';

export function formatTable({ title, header, rows }: Table): string {
  const cells = [header, ...rows].map((row) => row.map(formatCell));
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => align(cell, widths[column] ?? 0, column)).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [`### ${title}`, '', line(head), rule, ...body.map(line)].join('\n');
}

export function budgetTable(budgets: readonly Budget[]): Table {
  return {
    title: 'Budgets',
    header: ['metric', 'measured', 'budget', 'kind', 'met'],
    rows: budgets.map((budget) => [
      budget.metric,
      withUnit(budget.measured, budget.unit),
      `${budget.bound} ${withUnit(budget.limit, budget.unit)}`,
      budget.kind,
      isMet(budget) ? 'yes' : 'NO',
    ]),
  };
}

function withUnit(value: number, unit: string): string {
  return `${formatCell(value)} ${unit}`.trim();
}

function formatCell(cell: string | number): string {
  if (typeof cell === 'string') return cell;
  if (Number.isInteger(cell)) return cell.toLocaleString('en-US');
  if (Math.abs(cell) >= 100) return Math.round(cell).toLocaleString('en-US');
  return Math.abs(cell) >= 10 ? cell.toFixed(1) : cell.toFixed(2);
}

function align(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
