/**
 * The parts of jose that the server uses, in a file of their own in a bundle.
 *
 * @module
 */
export {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
} from "jose";
