// What the tests of the access log share: a typical record, and files to read back.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "observe/access_record.h"

namespace gatehouse::observe {

// A folder that is gone with the test.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/observe_XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string contents(const std::string& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::stringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

inline AccessRecord typical_record() {
  AccessRecord r;
  r.time = 1'700'000'000'123'456;
  r.listener = "public";
  r.rule = "api";
  r.priority = 100;
  r.group = "backend";
  r.target = "127.0.0.1:5001";
  r.client = "192.0.2.7:51234";
  r.client_ip = "192.0.2.7";
  r.method = "GET";
  r.host = "chat.example.com";
  r.path = "/api/items/42";
  r.query = "page=2&sort=asc";
  r.version = HttpVersion::http_1_1;
  r.status = 200;
  r.target_status = 200;
  r.received_bytes = 411;
  r.sent_bytes = 1320;
  r.total_us = 2345;
  r.request_head_us = 40;
  r.pool_wait_us = 0;
  r.connect_us = 310;
  r.first_byte_us = 1800;
  r.response_us = 195;
  r.request_id = "0f8c1e5ab2d34c6f9e7a1b2c3d4e5f60";
  r.user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  r.generation = 3;
  r.connection = 7;
  r.connection_request = 2;
  return r;
}

}  // namespace gatehouse::observe
