/**
 * The parts of the SDK for MCP 2026-07-28 that the server uses, in a file of their own in a bundle.
 *
 * @module
 */
export {
  type CacheHint,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  createMcpHandler,
  type Implementation,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  isLegacyRequest,
  type McpHttpHandler,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  Server,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";
export {
  memorySkillFiles,
  type Skill,
  SKILLS_EXTENSION_ID,
  SKILLS_GET_METHOD,
  SKILLS_LIST_METHOD,
  SkillsExtension,
} from "@modelcontextprotocol/server/ext/skills";
