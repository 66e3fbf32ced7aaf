#ifndef CCURL_H
#define CCURL_H

// libcurl is never linked: it is opened with dlopen(3) when the first HTTP request needs it, so that a service
// without one pays nothing. Each function here takes the address that dlsym(3) found and calls it under the type
// that libcurl's own header declares; Swift could neither cast an address to a variadic function nor call one.

#include <curl/curl.h>
#include <stddef.h>

#define CCURL_AS(name, function) ((__typeof__(&name))(function))

static inline CURLcode ccurl_global_init(void *function) {
  return CCURL_AS(curl_global_init, function)(CURL_GLOBAL_ALL);
}

static inline const char *ccurl_easy_strerror(void *function, CURLcode code) {
  return CCURL_AS(curl_easy_strerror, function)(code);
}

// MARK: easy handles

static inline CURL *ccurl_easy_init(void *function) { return CCURL_AS(curl_easy_init, function)(); }

static inline void ccurl_easy_cleanup(void *function, CURL *easy) {
  CCURL_AS(curl_easy_cleanup, function)(easy);
}

static inline CURLcode ccurl_easy_setopt_long(void *function, CURL *easy, CURLoption option, long value) {
  return CCURL_AS(curl_easy_setopt, function)(easy, option, value);
}

static inline CURLcode ccurl_easy_setopt_string(
    void *function, CURL *easy, CURLoption option, const char *value) {
  return CCURL_AS(curl_easy_setopt, function)(easy, option, value);
}

static inline CURLcode ccurl_easy_setopt_pointer(void *function, CURL *easy, CURLoption option, void *value) {
  return CCURL_AS(curl_easy_setopt, function)(easy, option, value);
}

static inline CURLcode ccurl_easy_setopt_write(
    void *function, CURL *easy, CURLoption option, curl_write_callback value) {
  return CCURL_AS(curl_easy_setopt, function)(easy, option, value);
}

static inline CURLcode ccurl_easy_setopt_opensocket(
    void *function, CURL *easy, curl_opensocket_callback value) {
  return CCURL_AS(curl_easy_setopt, function)(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

static inline CURLcode ccurl_easy_setopt_closesocket(
    void *function, CURL *easy, curl_closesocket_callback value) {
  return CCURL_AS(curl_easy_setopt, function)(easy, CURLOPT_CLOSESOCKETFUNCTION, value);
}

// http and https only. CURLOPT_PROTOCOLS_STR came with libcurl 7.85; before it 181 (CURLOPT_PROTOCOLS) did the
// same with bits, and newer headers call that name deprecated.
static inline CURLcode ccurl_easy_setopt_protocols(void *function, CURL *easy) {
  CURLcode code = CCURL_AS(curl_easy_setopt, function)(easy, (CURLoption)10318, "http,https");
  if (code != CURLE_UNKNOWN_OPTION) return code;
  return CCURL_AS(curl_easy_setopt, function)(easy, (CURLoption)181, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

static inline CURLcode ccurl_easy_getinfo_long(void *function, CURL *easy, CURLINFO info, long *value) {
  return CCURL_AS(curl_easy_getinfo, function)(easy, info, value);
}

static inline CURLcode ccurl_easy_getinfo_string(
    void *function, CURL *easy, CURLINFO info, const char **value) {
  return CCURL_AS(curl_easy_getinfo, function)(easy, info, value);
}

// MARK: lists

static inline struct curl_slist *ccurl_slist_append(void *function, struct curl_slist *list, const char *text) {
  return CCURL_AS(curl_slist_append, function)(list, text);
}

static inline void ccurl_slist_free_all(void *function, struct curl_slist *list) {
  CCURL_AS(curl_slist_free_all, function)(list);
}

// MARK: multi handles

static inline CURLM *ccurl_multi_init(void *function) { return CCURL_AS(curl_multi_init, function)(); }

static inline CURLMcode ccurl_multi_cleanup(void *function, CURLM *multi) {
  return CCURL_AS(curl_multi_cleanup, function)(multi);
}

static inline CURLMcode ccurl_multi_setopt_long(void *function, CURLM *multi, CURLMoption option, long value) {
  return CCURL_AS(curl_multi_setopt, function)(multi, option, value);
}

static inline CURLMcode ccurl_multi_setopt_socket(
    void *function, CURLM *multi, curl_socket_callback callback, void *userdata) {
  CURLMcode code = CCURL_AS(curl_multi_setopt, function)(multi, CURLMOPT_SOCKETFUNCTION, callback);
  if (code != CURLM_OK) return code;
  return CCURL_AS(curl_multi_setopt, function)(multi, CURLMOPT_SOCKETDATA, userdata);
}

static inline CURLMcode ccurl_multi_setopt_timer(
    void *function, CURLM *multi, curl_multi_timer_callback callback, void *userdata) {
  CURLMcode code = CCURL_AS(curl_multi_setopt, function)(multi, CURLMOPT_TIMERFUNCTION, callback);
  if (code != CURLM_OK) return code;
  return CCURL_AS(curl_multi_setopt, function)(multi, CURLMOPT_TIMERDATA, userdata);
}

static inline CURLMcode ccurl_multi_add_handle(void *function, CURLM *multi, CURL *easy) {
  return CCURL_AS(curl_multi_add_handle, function)(multi, easy);
}

static inline CURLMcode ccurl_multi_remove_handle(void *function, CURLM *multi, CURL *easy) {
  return CCURL_AS(curl_multi_remove_handle, function)(multi, easy);
}

static inline CURLMcode ccurl_multi_socket_action(
    void *function, CURLM *multi, curl_socket_t socket, int events) {
  int running;
  return CCURL_AS(curl_multi_socket_action, function)(multi, socket, events, &running);
}

// The next transfer that has ended, with its result; NULL if there is none.
static inline CURL *ccurl_multi_next_ended(void *function, CURLM *multi, CURLcode *ret_result) {
  CURLMsg *message;
  int left;
  while ((message = CCURL_AS(curl_multi_info_read, function)(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *ret_result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}

// MARK: URLs

static inline CURLU *ccurl_url(void *function) { return CCURL_AS(curl_url, function)(); }

static inline void ccurl_url_cleanup(void *function, CURLU *url) { CCURL_AS(curl_url_cleanup, function)(url); }

static inline CURLUcode ccurl_url_set(void *function, CURLU *url, CURLUPart part, const char *text) {
  return CCURL_AS(curl_url_set, function)(url, part, text, 0);
}

// The default port is given where the URL has none. The text is freed with ccurl_free.
static inline CURLUcode ccurl_url_get(void *function, CURLU *url, CURLUPart part, char **ret_text) {
  return CCURL_AS(curl_url_get, function)(url, part, ret_text, CURLU_DEFAULT_PORT);
}

static inline void ccurl_free(void *function, void *memory) { CCURL_AS(curl_free, function)(memory); }

#undef CCURL_AS

#endif
