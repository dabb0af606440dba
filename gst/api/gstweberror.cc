// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/error.hh"
#include "base/result.hh"
#include "devices/overconstrained.hh"

#include <gst/webmedia/gstweberror.h>

// clang-format off
/**
 * GstWebError:
 * @GST_WEB_ERROR_INVALID_STATE: "InvalidStateError": the object is in a state
 *     in which this can't be done.
 * @GST_WEB_ERROR_NOT_SUPPORTED: "NotSupportedError": a type or an operation
 *     that is not supported.
 * @GST_WEB_ERROR_NOT_FOUND: "NotFoundError": the object is not in the list.
 * @GST_WEB_ERROR_QUOTA_EXCEEDED: "QuotaExceededError": there is no room for
 *     what would be added.
 * @GST_WEB_ERROR_TYPE: "TypeError": an argument has a value that is not
 *     allowed.
 * @GST_WEB_ERROR_DATA_CLONE: "DataCloneError": an object that can't be
 *     transferred.
 * @GST_WEB_ERROR_ABORT: "AbortError": the operation was stopped.
 * @GST_WEB_ERROR_NETWORK: "NetworkError": the media could not be fetched, the
 *     media element's `MEDIA_ERR_NETWORK`.
 * @GST_WEB_ERROR_DECODE: "EncodingError": the media could not be decoded, the
 *     media element's `MEDIA_ERR_DECODE`.
 * @GST_WEB_ERROR_NOT_ALLOWED: "NotAllowedError": the user, or a policy, does
 *     not permit this.
 * @GST_WEB_ERROR_NOT_READABLE: "NotReadableError": a device is there, but
 *     could not be opened: most often another application uses it.
 * @GST_WEB_ERROR_OVERCONSTRAINED: "OverconstrainedError": nothing meets what
 *     the constraints require. gst_web_error_get_constraint() has the name of
 *     one that nothing meets.
 * @GST_WEB_ERROR_UNKNOWN: "UnknownError": the operation failed for a reason
 *     that has no name of its own.
 * @GST_WEB_ERROR_OPERATION: "OperationError": what was asked for could not be
 *     found out.
 * @GST_WEB_ERROR_INDEX_SIZE: "IndexSizeError": a list has not as many entries
 *     as it must have.
 * @GST_WEB_ERROR_RANGE: "RangeError": a number is not in the range that is
 *     allowed.
 *
 * The errors of the web's interfaces: one code for each name that the
 * specifications throw; in Python, GstWebMedia.Error.INVALID_STATE. The message
 * of an error says what was wrong and what would be right.
 */
// clang-format on

/**
 * gst_web_error_quark:
 *
 * Returns: the domain of the errors of this library
 */
GQuark
gst_web_error_quark (void)
{
  static const GQuark quark = g_quark_from_static_string ("gst-web-error");
  return quark;
}

#define ASSERT_SAME(code, name)                                                \
  static_assert (GST_WEB_ERROR_##code == int (webmedia::ErrorCode::name))
ASSERT_SAME (INVALID_STATE, invalid_state);
ASSERT_SAME (NOT_SUPPORTED, not_supported);
ASSERT_SAME (NOT_FOUND, not_found);
ASSERT_SAME (QUOTA_EXCEEDED, quota_exceeded);
ASSERT_SAME (TYPE, type);
ASSERT_SAME (DATA_CLONE, data_clone);
ASSERT_SAME (ABORT, abort);
ASSERT_SAME (NETWORK, network);
ASSERT_SAME (DECODE, decode);
ASSERT_SAME (NOT_ALLOWED, not_allowed);
ASSERT_SAME (NOT_READABLE, not_readable);
ASSERT_SAME (OVERCONSTRAINED, overconstrained);
ASSERT_SAME (UNKNOWN, unknown);
ASSERT_SAME (OPERATION, operation);
ASSERT_SAME (INDEX_SIZE, index_size);
ASSERT_SAME (RANGE, range);

GType
gst_web_error_get_type (void)
{
#define VALUE(code, nick)                                                      \
  {                                                                            \
    GST_WEB_ERROR_##code, "GST_WEB_ERROR_" #code, nick                         \
  }
  static const GEnumValue values[] = {
      VALUE (INVALID_STATE, "invalid-state"),
      VALUE (NOT_SUPPORTED, "not-supported"),
      VALUE (NOT_FOUND, "not-found"),
      VALUE (QUOTA_EXCEEDED, "quota-exceeded"),
      VALUE (TYPE, "type"),
      VALUE (DATA_CLONE, "data-clone"),
      VALUE (ABORT, "abort"),
      VALUE (NETWORK, "network"),
      VALUE (DECODE, "decode"),
      VALUE (NOT_ALLOWED, "not-allowed"),
      VALUE (NOT_READABLE, "not-readable"),
      VALUE (OVERCONSTRAINED, "overconstrained"),
      VALUE (UNKNOWN, "unknown"),
      VALUE (OPERATION, "operation"),
      VALUE (INDEX_SIZE, "index-size"),
      VALUE (RANGE, "range"),
      {},
  };
#undef VALUE
  static const GType type = g_enum_register_static ("GstWebError", values);
  return type;
}

/**
 * gst_web_error_get_constraint:
 * @error: an error
 *
 * The `constraint` of an
 * [OverconstrainedError](https://w3c.github.io/mediacapture-main/#overconstrainederror-interface).
 * It is a part of the message, `width: no settings ...`, as not all languages
 * keep more than that of an error; what an application puts before it does no
 * harm.
 *
 * Returns: (nullable): the name of a constraint that no device, or not the
 *     source of the track, can meet; the empty string where that can't be said
 *     of a single one; %NULL when @error is no %GST_WEB_ERROR_OVERCONSTRAINED
 */
const gchar *
gst_web_error_get_constraint (const GError *error)
{
  g_return_val_if_fail (error != nullptr, nullptr);
  if (!g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_OVERCONSTRAINED))
    return nullptr;
  return webmedia::devices::constraint_in_message (error->message);
}

bool
webmedia::set_error (GError **error, const Error &reason)
{
  g_set_error_literal (
      error, GST_WEB_ERROR, int (reason.code), reason.message.c_str ());
  return false;
}
