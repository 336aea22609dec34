import t from 'tap';
import { csvLine } from '../../../../control-plane/src/api/csv/csv-line.ts';

for (const [name, value, expected] of [
  ['text', 'scratch', 'scratch'],
  ['a number', -0.5, '-0.5'],
  ['a truth', false, 'false'],
  ['nothing', null, ''],
  ['not there', undefined, ''],
  ['a comma', 'a, b', '"a, b"'],
  ['a quote', 'the "best"', '"the ""best"""'],
  ['a line end', 'a\r\nb', '"a\r\nb"'],
  ['a space at the end', 'a ', '"a "'],
  ['an equals sign', '=1+1', "'=1+1"],
  ['a formula with quotes', '=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ['a plus', '+1', "'+1"],
  ['a minus', '-1', "'-1"],
  ['an at sign', '@SUM(A1)', "'@SUM(A1)"],
  ['a tab', '\t=1', "'\t=1"],
  ['a line end before a formula', '\r=1', '"\'\r=1"'],
  ['a line feed before a formula', '\n=1', '"\'\n=1"'],
  ['a sign within', 'a=b', 'a=b'],
  ['a class of this world', 'Löschen 裂縫', 'Löschen 裂縫'],
] as const) {
  t.equal(csvLine([value]), `${expected}\r\n`, name);
}
t.equal(csvLine(['a', 1, null, 'b']), 'a,1,,b\r\n');
