/** What is said of a file that is no JSON: the line, what stands there, and nothing of the text. */
import { jsonProblem } from "../../src/config/json_problem.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const CASES: readonly (readonly [text: string, said: string])[] = [
  ['{\n  // comment\n  "secret": 1\n}', "line 2: JSON has no comments"],
  ['{\n  /* comment */ "secret": 1\n}', "line 2: JSON has no comments"],
  ['{\n  "secret": "https://x#y", # comment\n  "b": 2\n}', "line 2: JSON has no comments"],
  ["{\n  'secret': 1\n}", 'line 2: JSON has straight double quotation marks (") alone'],
  ["{\n  “secret”: 1\n}", 'line 2: JSON has straight double quotation marks (") alone'],
  ['{\n  "secret": 1,\n}', "line 2: JSON has no comma before a closing bracket"],
  ['{\n  "secret": [1, 2,]\n}', "line 2: JSON has no comma before a closing bracket"],
  ['{\n  "secret": "it\'s"\n  "b": 2\n}', "line 2: JSON has a comma between two entries"],
  ["{\n  secret: 1\n}", "line 2: JSON has names in double quotation marks"],
  ['{\n  "secret": 1\n', "line 3: it ends before all is closed"],
  ['{\n  "secret": 1\n} secret', "line 3: what stands there is none"],
];

Deno.test("the mistakes that people make by hand are told with their lines", () => {
  for (const [text, said] of CASES) {
    const problem = jsonProblem(assertThrows(() => JSON.parse(text), SyntaxError), text);
    assertEquals(problem, `expected JSON, in ${said}`, text);
    assert(!problem.includes("secret"));
  }
});
