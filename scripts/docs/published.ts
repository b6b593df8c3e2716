/**
 * The line that tells what a document speaks of and nobody can have yet.
 *
 * @module
 */
import type { Channel } from "../project.ts";
import type { Parts } from "./marked.ts";

/** The words of the line: before the list, its items, and after it. */
interface Words {
  readonly before: string;
  readonly channels: Readonly<Record<Channel, string>>;
  readonly after: (checkout: string) => string;
}

const WORDS = {
  en: {
    before: "**Not published yet:**",
    channels: {
      releases: "releases (`install.sh`, binaries, bundles)",
      npm: "npm (the one-click links)",
      image: "the container image",
      jsr: "JSR (`jsr:…`)",
      homebrew: "Homebrew",
      registry: "the MCP registry",
    },
    after: (checkout) => `Until then, use [a checkout](${checkout}).`,
  },
  ko: {
    before: "**아직 공개되지 않았습니다:**",
    channels: {
      releases: "릴리스(`install.sh`, 실행 파일, 번들)",
      npm: "npm(원클릭 링크)",
      image: "컨테이너 이미지",
      jsr: "JSR(`jsr:…`)",
      homebrew: "Homebrew",
      registry: "MCP 레지스트리",
    },
    after: (checkout) => `그때까지는 [체크아웃](${checkout})을 쓰십시오.`,
  },
} as const satisfies Readonly<Record<string, Words>>;

/** The documents that have the line, with their language and where they say how to do without. */
const DOCUMENTS: Readonly<
  Record<string, readonly [language: keyof typeof WORDS, checkout: string]>
> = {
  "README.md": ["en", "docs/install.md#checkout"],
  "docs/README.ko.md": ["ko", "install.md#checkout"],
  "docs/clients.md": ["en", "install.md#checkout"],
  "docs/getting-started.md": ["en", "install.md#checkout"],
  "docs/install.md": ["en", "#checkout"],
};

/** The line between a document's marks: nothing when all is published, no marks for other pages. */
export function publishedPart(path: string, unpublished: readonly Channel[]): Parts {
  const found = DOCUMENTS[path];
  if (!found) return {};
  if (unpublished.length === 0) return { published: "" };
  const [language, checkout] = found;
  const { before, channels, after } = WORDS[language];
  const list = unpublished.map((channel) => channels[channel]).join(", ");
  const line = `> ${before} ${list}. ${after(checkout)}`;
  return { published: `<!-- deno-fmt-ignore -->\n${line}` };
}
